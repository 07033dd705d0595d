# The server's image: web, worker, beat and migrate all run from it (docker-compose.yml says which command).
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements/base.txt /tmp/base.txt
RUN pip install --require-hashes --only-binary :all: -r /tmp/base.txt
WORKDIR /srv/coklit
COPY . .
# Collecting static files reads the settings but neither signs anything nor asks a database: the key is thrown away.
RUN COKLIT_SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    COKLIT_DATABASE_URL=postgresql://nobody@127.0.0.1:9/none \
    python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim-bookworm
RUN groupadd --system --gid 10001 coklit \
    && useradd --system --uid 10001 --gid coklit --no-create-home --home-dir /nonexistent coklit \
    # A new volume takes over the owner and the rights of the folder it is laid over.
    && install --directory --owner coklit --group coklit --mode 700 /var/lib/coklit/uploads
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=coklit.settings
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/coklit /srv/coklit
WORKDIR /srv/coklit
USER coklit
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "4", "--respawn-failed-workers", "--no-ws", "coklit.wsgi:application"]
