{% load static %}// Keeps the last page of the pantarlih readable without a signal. ES5 and what browsers of Android 6 have.
"use strict";

var STORE = "hp", HOME = "{% url 'hp' %}", PATIENCE = 8000;
var FILES = ["{% static 'hp.css' %}", "{% static 'hp.js' %}", "{% static 'coklit.svg' %}"];

self.addEventListener("install", function (event) {
  event.waitUntil(caches.open(STORE).then(function (store) {
    return Promise.all(FILES.map(function (file) {
      return fetch(file).then(function (answer) {
        if (!answer.ok) throw new Error(file);
        return store.put(file, answer);
      });
    }));
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.open(STORE).then(function (store) {
    return store.keys().then(function (kept) {
      return Promise.all(kept.map(function (request) {
        var path = new URL(request.url).pathname;
        return path === HOME || FILES.indexOf(path) >= 0 ? null : store.delete(request);
      }));
    });
  }).then(function () { return self.clients.claim(); }).then(function () {
    // The page that brought this script came before it: without this the first visit would not be kept.
    return fetch(HOME, { credentials: "same-origin" }).then(keep);
  }).then(null, function () {}));
});

self.addEventListener("fetch", function (event) {
  var url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (FILES.indexOf(url.pathname) >= 0) event.respondWith(file(event.request, url.pathname));
  else if (url.pathname === HOME && event.request.method === "GET") event.respondWith(page(event));
  else if (url.pathname === HOME && event.request.method === "POST") event.respondWith(sent(event.request));
});

function file(request, path) {
  return caches.open(STORE).then(function (store) { return store.match(path); }).then(function (kept) {
    return kept || fetch(request);
  });
}

// The network first; what is kept when it fails or takes too long. A server in trouble is no better than no signal.
function page(event) {
  var network = fetch(event.request).then(function (answer) {
    return keep(answer).then(function () { return answer; });
  });
  // What comes after the page was shown is kept all the same, where the browser lets us wait for it.
  if (event.waitUntil) event.waitUntil(network.then(null, function () {}));
  return new Promise(function (resolve, reject) {
    var late = setTimeout(function () { kept("kept").then(function (one) { if (one) resolve(one); }); }, PATIENCE);
    network.then(function (answer) {
      clearTimeout(late);
      if (answer.status < 500) return resolve(answer);
      return kept("kept").then(function (one) { resolve(one || answer); });
    }).then(null, function (error) {
      clearTimeout(late);
      kept("kept").then(function (one) { if (one) resolve(one); else reject(error); });
    });
  });
}

function sent(request) {
  return fetch(request).then(null, function (error) {
    return kept("unsent").then(function (one) {
      if (!one) throw error;
      return one;
    });
  });
}

// Only what says so itself is kept or forgotten: the page of a captive portal says neither.
function keep(answer) {
  var wish = answer.headers.get("X-Coklit-Page");
  if (!wish) return Promise.resolve();
  var copy = answer.clone();
  return caches.open(STORE).then(function (store) {
    if (wish === "forget") return store.delete(HOME);
    return copy.text().then(function (text) {
      var policy = copy.headers.get("Content-Security-Policy") || "default-src 'none'";
      var headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy };
      return store.put(HOME, new Response(text, { headers: headers }));
    });
  }).then(null, function () {});
}

// The kept page, marked: its own words for this stand in it already.
function kept(state) {
  return caches.open(STORE).then(function (store) { return store.match(HOME); }).then(function (one) {
    return one && one.text().then(function (text) {
      var marked = text.replace('data-state="live"', 'data-state="' + state + '"');
      return new Response(marked, { headers: one.headers });
    });
  });
}
