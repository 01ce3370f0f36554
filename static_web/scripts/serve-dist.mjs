// Serves dist/ as Azure Static Web Apps would: the headers, routes and fallback of staticwebapp.config.json,
// and /api and nothing else passed on to the functions. Roles are left to Azure.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer, request } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const PORT = Number(process.env.SITE_PORT ?? 5173);
const API = new URL(process.env.API_ORIGIN ?? `http://localhost:${process.env.PORT ?? 5000}`);
const MIME_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

const config = JSON.parse(readFileSync(join(DIST, "staticwebapp.config.json"), "utf8"));

const matches = (pattern, path) =>
  pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : pattern === path;

function headersOf(path) {
  const route = config.routes.find((each) => matches(each.route, path));
  return { ...config.globalHeaders, ...route?.headers };
}

function fileOf(path) {
  const file = join(DIST, normalize(decodeURIComponent(path)));
  if (file.startsWith(DIST) && existsSync(file) && statSync(file).isFile()) return file;
  const { exclude, rewrite } = config.navigationFallback;
  return exclude.some((pattern) => matches(pattern, path)) ? null : join(DIST, rewrite);
}

function passOn(incoming, answer) {
  const { method, headers, url } = incoming;
  // agent: false is a connection for each request: one that is kept may be closed just when it is used again
  const target = { agent: false, host: API.hostname, port: API.port, method, headers, path: url };
  const outgoing = request(target, (response) => {
    answer.writeHead(response.statusCode, response.headers);
    response.pipe(answer);
  });
  outgoing.on("error", () => {
    if (!answer.headersSent) answer.writeHead(502);
    answer.end();
  });
  incoming.pipe(outgoing);
}

const server = createServer((incoming, answer) => {
  const { pathname } = new URL(incoming.url, "http://site");
  if (pathname.startsWith("/api/")) return passOn(incoming, answer);
  const file = fileOf(pathname);
  if (!file) return answer.writeHead(404, headersOf(pathname)).end();
  answer.writeHead(200, { "Content-Type": MIME_TYPES[extname(file)] ?? "application/octet-stream", ...headersOf(pathname) });
  return createReadStream(file).pipe(answer);
});

server.listen(PORT, "localhost", () => console.log(`http://localhost:${PORT}`));
