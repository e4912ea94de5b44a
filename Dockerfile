# One image for every app; the command of a container says which one it runs.
# The base is the newest line of Node with long-term support; the project's own floor is 20.19.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
ENV CI=true
WORKDIR /app
# Only the lockfile decides what is fetched, so a change of the sources fetches nothing again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npm install --global "$(node --print 'require("./package.json").packageManager')" \
  && pnpm fetch
COPY . .
RUN pnpm install --offline --frozen-lockfile \
  && node_modules/.bin/tsc -b apps/* \
  && rm -rf node_modules apps/*/node_modules packages/*/node_modules \
  && pnpm install --offline --frozen-lockfile --prod --filter-prod '{./apps/*}...' \
  && rm -rf apps/*/src packages/*/src packages/testkit

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# Owned by root, but for .data: a submit worker keeps there what it could not store before its end.
COPY --from=build /app ./
RUN mkdir .data && chown node:node .data
USER node
# Every app drains on SIGTERM; give it the time that docker-compose.yml gives it.
STOPSIGNAL SIGTERM
CMD ["node", "apps/standalone/dist/main.js"]
