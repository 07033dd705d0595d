-- One attempt of a phone: take a token from each bucket that limits it, or say which one refuses and for how long.
-- KEYS: buckets of phone, kab/kota, system, applying; backlog; refused; dropped.
-- ARGV: rate and burst of each bucket (tokens a second, tokens; rate 0: no limit); the longest wait in seconds;
--       how many refused attempts are kept at most (0: none); this attempt's part of its line in that list.
-- Gives {which bucket said no, 1 to 4, or 0 for none; seconds to wait as text}.
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local longest, bound, line = tonumber(ARGV[9]), tonumber(ARGV[10]), ARGV[11]

local function bucket(place)
    local rate, burst = tonumber(ARGV[2 * place - 1]), tonumber(ARGV[2 * place])
    if rate <= 0 then return nil end
    local kept = redis.call('HMGET', KEYS[place], 'tokens', 'promised', 'at')
    -- Valkey's own clock may be set back.
    local flowed = rate * math.max(0, now - (tonumber(kept[3]) or now))
    return {
        key = KEYS[place], rate = rate, burst = burst,
        tokens = math.min(burst, (tonumber(kept[1]) or burst) + flowed),
        -- How many were told to wait and may be expected still.
        promised = math.max(0, (tonumber(kept[2]) or 0) - flowed),
    }
end

local function keep(b)
    redis.call('HSET', b.key, 'tokens', string.format('%.6f', b.tokens),
        'promised', string.format('%.6f', b.promised), 'at', string.format('%.6f', now))
    -- Full again and waited for by nobody, a bucket is as good as none.
    redis.call('PEXPIRE', b.key, 1000 + math.ceil(1000 * math.max(b.burst - b.tokens, b.promised) / b.rate))
end

local function has_token(b) return b == nil or b.tokens >= 1 end

local function take(b)
    if b then
        b.tokens = b.tokens - 1
        keep(b)
    end
end

local function wait(b)
    local seconds = (1 - b.tokens + b.promised) / b.rate + (tonumber(redis.call('GET', KEYS[5])) or 0)
    b.promised = math.min(b.promised + 1, longest * b.rate)
    keep(b)
    return string.format('%.3f', seconds)
end

local function refuse(place, b)
    if bound > 0 and redis.call('LLEN', KEYS[6]) < bound then
        redis.call('RPUSH', KEYS[6], string.format('%s %d %.3f', line, place, now))
    elseif bound > 0 then
        redis.call('INCR', KEYS[7])
    end
    return {place, wait(b)}
end

local phone, kabkota, system = bucket(1), bucket(2), bucket(3)
if not has_token(phone) then return refuse(1, phone) end
-- An attempt costs the phone its token even if it is refused below: one that does not wait as told is soon stopped by
-- its own limit, and no longer lengthens the others' wait.
take(phone)
if not has_token(kabkota) then return refuse(2, kabkota) end
if not has_token(system) then return refuse(3, system) end
take(kabkota)
take(system)
local applying = bucket(4)
if not has_token(applying) then return {4, wait(applying)} end
take(applying)
return {0, '0'}
