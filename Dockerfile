# One image for all services; `command` chooses: ["node", "service/<name>/main.js"].
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY config config
COPY service service
RUN npm run build

# What the bundles load from beside them, and of what they hold the package.json: scanners know packages by it.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=peer --ignore-scripts --no-audit --no-fund \
  && find node_modules -regex '\(.*/\)?node_modules/\(@[^/]*/\)?[^/@]*/package\.json' -print0 > /tmp/manifests \
  && tar --create --null --files-from=/tmp/manifests --file=/tmp/manifests.tar
COPY --from=build /app/build/package.json ./
RUN npm prune --omit=dev --omit=peer --ignore-scripts --no-audit --no-fund \
  && tar --extract --skip-old-files --file=/tmp/manifests.tar

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/build ./
USER 65532:65532
CMD ["node", "service/task-api/main.js"]
