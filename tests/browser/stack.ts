/** The whole product on this machine: the built site, the real local host, and a database of its own. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const START_TIMEOUT_MS = 60_000;
// no timer shall fire a job of its own: this day comes every four years
const NEVER = "0 0 0 29 2 *";

export interface Stack {
  url: string;
  databaseFile: string;
  /** Of the fake Unity Catalog, if there is one. */
  workspaceUrl: string;
  stop: () => Promise<void>;
}

interface StackOptions {
  emailSeconds?: number;
  revokeDelaySeconds?: number;
  allowTestSimulation?: boolean;
  demoData?: boolean;
  /** Whether Databricks is connected, to a fake workspace. */
  hasWorkspace?: boolean;
  /** When timers fire, which otherwise they never do; by the settings' names. */
  schedules?: Record<string, string>;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "access-site-"));
  const databaseFile = join(folder, "access.db");
  const [apiPort, sitePort, workspacePort] = [await freePort(), await freePort(), await freePort()];
  const workspaceUrl = `http://127.0.0.1:${workspacePort}`;
  const environment = {
    ...process.env,
    DATABASE_URL: `sqlite:///${databaseFile}`,
    PORT: String(apiPort),
    SIMULATED_EMAIL_SECONDS: String(options.emailSeconds ?? 0),
    REVOKE_DELAY_SECONDS: String(options.revokeDelaySeconds ?? 0),
    ALLOW_TEST_SIMULATION: String(options.allowTestSimulation ?? true),
    EMAIL_SENDER: "simulated",
    // the local host's own queues, whatever storage this machine has
    AzureWebJobsStorage: "",
    EXPIRY_NOTIFICATION_DATABRICKS_SCHEDULE: NEVER,
    EXPIRY_NOTIFICATION_PALANTIR_SCHEDULE: NEVER,
    REVOKE_EXPIRED_DATABRICKS_SCHEDULE: NEVER,
    REVOKE_EXPIRED_PALANTIR_SCHEDULE: NEVER,
    ACCESS_CHECK_DATABRICKS_SCHEDULE: NEVER,
    ...(options.hasWorkspace && {
      ...{ DATABRICKS_ACCESS: "unity-catalog", DATABRICKS_HOST: workspaceUrl, DATABRICKS_TOKEN: "databricks-token" },
    }),
    ...options.schedules,
    SITE_PORT: String(sitePort),
    API_ORIGIN: `http://localhost:${apiPort}`,
  };
  if (options.demoData) runPython(["-m", "demo.data"], environment);
  const workspace = options.hasWorkspace
    ? [start(pythonCommand(), ["-m", "tests.fake_platforms", String(workspacePort)], environment)]
    : [];
  const host = start(pythonCommand(), ["-m", "local_host"], environment);
  const site = start(process.execPath, ["static_web/scripts/serve-dist.mjs"], environment);
  const url = `http://localhost:${sitePort}`;
  const stop = async () => {
    await Promise.all([end(host), end(site), ...workspace.map(end)]);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (options.hasWorkspace) await answers(`${workspaceUrl}/.well-known/databricks-config`, workspace);
    await answers(`${url}/api/openapi.json`, [host, site]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, databaseFile, workspaceUrl, stop };
}

function pythonCommand(): string {
  const ofProject = join(ROOT, ".venv/bin/python");
  return process.env["PYTHON"] ?? (existsSync(ofProject) ? ofProject : "python3");
}

function runPython(parameters: string[], env: NodeJS.ProcessEnv): void {
  const run = spawnSync(pythonCommand(), parameters, { cwd: ROOT, env, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`python ${parameters.join(" ")} failed:\n${run.stderr}`);
}

interface Part {
  process: ChildProcess;
  log: string[];
}

function start(command: string, parameters: string[], env: NodeJS.ProcessEnv): Part {
  const part: Part = { process: spawn(command, parameters, { cwd: ROOT, env }), log: [] };
  for (const stream of [part.process.stdout, part.process.stderr]) {
    stream?.on("data", (text: Buffer) => part.log.push(text.toString()));
  }
  return part;
}

async function end({ process: child }: Part): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  // a job that still runs keeps the local host for a while; nobody waits for it here
  const impatience = setTimeout(() => child.kill("SIGKILL"), 2_000);
  await ended;
  clearTimeout(impatience);
}

async function answers(url: string, parts: Part[]): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && parts.every((part) => part.process.exitCode === null)) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} does not answer:\n${parts.flatMap((part) => part.log).join("")}`);
}

// below the ports that the kernel hands out, of which one may be gone again by the time that a server starts
const FIRST_PORT = 28_000;
const PORTS_PER_WORKER = 1_000;
const WORKERS = 4;
// several runs on one machine start at different places
let nextPort = Math.floor(Math.random() * PORTS_PER_WORKER);

/** A port that is free and handed out once; each of vitest's workers has a share of its own. */
async function freePort(): Promise<number> {
  const share = FIRST_PORT + (Number(process.env["VITEST_POOL_ID"] ?? 0) % WORKERS) * PORTS_PER_WORKER;
  const port = share + (nextPort++ % PORTS_PER_WORKER);
  return (await isFree(port)) ? port : freePort();
}

function isFree(port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once("error", () => resolve(false));
    probe.listen(port, "localhost", () => probe.close(() => resolve(true)));
  });
}
