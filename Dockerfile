# Web and worker in one, or either half: the role is the argument (all, web, worker, migrate).
FROM node:26.10.0-bookworm-slim AS packages
WORKDIR /baton
COPY package.json package-lock.json .npmrc ./
COPY install ./install
# The image's own Node runs Baton, and DATABASE_URL names the PostgreSQL: what comes with npm for either stays out. No
# package's own script runs; ours takes away what is never loaded.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && node install/trim.mjs

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /baton
COPY --from=packages /baton/node_modules ./node_modules
COPY package.json manifest.json playbook.yaml ./
COPY migrations ./migrations
COPY salesforce ./salesforce
COPY docs ./docs
COPY src ./src
# What set-up mode keeps: to be a volume, since everything else may be read-only and is gone with the container.
RUN mkdir /data && chown node:node /data
ENV DATA_DIR=/data
VOLUME /data
USER node
EXPOSE 3000
# Node itself is process 1 and hears SIGTERM; npm would swallow it.
ENTRYPOINT ["node", "--max-semi-space-size=8", "src/main.ts"]
CMD ["all"]
# A worker alone answers on HEALTH_PORT; without it it has no address to ask, and counts as unwell.
HEALTHCHECK --start-period=30s CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT ?? process.env.PORT ?? 3000}/health/live`).then(a => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
