# The build.
FROM node:20-alpine AS build
ARG VERSION=1
ENV NODE_ENV=production
WORKDIR /app
COPY package.json ./
RUN npm ci && npm run build

FROM nginx:1.25
COPY --from=build /app/dist /usr/share/nginx/html
EXPOSE 80
ENTRYPOINT ["nginx", "-g"]
