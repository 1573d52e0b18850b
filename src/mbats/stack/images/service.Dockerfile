# One of the services that others make, from its lock: ENVIRONMENT names it.
FROM python:3.11-slim-bookworm
ARG ENVIRONMENT
COPY requirements-bootstrap.lock /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements-bootstrap.lock
ARG FOLDERS
RUN useradd --create-home --uid 1000 mbats \
 && for folder in $FOLDERS; do mkdir -p "/srv/mbats/$folder" "/run/mbats/units/$folder"; done \
 && chown -R mbats /srv/mbats /run/mbats
COPY src/mbats/stack/locks/${ENVIRONMENT}.txt /tmp/lock.txt
RUN uv venv /opt/mbats/venv \
 && VIRTUAL_ENV=/opt/mbats/venv uv pip install --no-cache --compile-bytecode --require-hashes -r /tmp/lock.txt
COPY src/mbats/stack/dags /opt/mbats/dags
COPY src/mbats/stack/enter.py src/mbats/stack/well.py /opt/mbats/
ENV PATH=/opt/mbats/venv/bin:$PATH
USER mbats
WORKDIR /srv/mbats
