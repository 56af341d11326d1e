# The dashboard, then the program, then an image with only what it loads.
# RELEASE: 12 or 13 of Debian, by name.
ARG RELEASE=bookworm

FROM debian:${RELEASE} AS web
COPY docker/install-build-deps.sh /usr/local/bin/
RUN install-build-deps.sh web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY web ./
RUN npm run build

FROM debian:${RELEASE} AS build
COPY docker/install-build-deps.sh /usr/local/bin/
RUN install-build-deps.sh build
WORKDIR /src
COPY . ./
COPY --from=web /src/web/dist web/dist
RUN cmake --preset release -DRUADAR_WEB_DIST=/src/web/dist \
 && cmake --build --preset release --target ruadar \
 && strip -o /ruadar build/release/server/ruadar \
 && install-build-deps.sh --runtime-of /ruadar >/runtime-packages

FROM debian:${RELEASE}-slim
COPY --from=build /runtime-packages /tmp/
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive xargs apt-get install -q -y --no-install-recommends ca-certificates </tmp/runtime-packages \
 && rm -rf /var/lib/apt/lists/* /tmp/runtime-packages \
 && useradd --uid 10001 --no-create-home --home-dir /var/lib/ruadar --shell /usr/sbin/nologin ruadar \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/ruadar
COPY --from=build /ruadar /usr/bin/ruadar
USER 10001:10001
VOLUME /var/lib/ruadar
ENV RUADAR_SERVER_LISTEN=0.0.0.0:8080 RUADAR_DATABASE_PATH=/var/lib/ruadar/ruadar.db
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["ruadar", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["ruadar"]
CMD ["serve"]
