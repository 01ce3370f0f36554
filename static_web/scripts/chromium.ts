/** Where this machine has a Chromium, for the browser tests and the pictures. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

export const INSTALL_CHROMIUM = "sudo apt-get install chromium-headless-shell";

/** Undefined where none is installed; the variable CHROMIUM names another. */
export const chromiumPath = [
  process.env["CHROMIUM"],
  // draws nothing of a browser but its pages, which takes a third less
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/google-chrome",
  chromium.executablePath(),
].find((path) => path !== undefined && existsSync(path));
