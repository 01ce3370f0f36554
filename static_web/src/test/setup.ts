import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { server } from "@/test/server";

// a loaded machine takes its time
configure({ asyncUtilTimeout: 5_000 });

// without it the kit ends its animations at once; half-played ones would outlive their test
Reflect.deleteProperty(Element.prototype, "animate");

// nothing is laid out here, and looking through the kit's rules at each getByRole took a fifth of the tests' time
CSSStyleSheet.prototype.insertRule = () => 0;

beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterEach(() => {
  // before the clock: what spies on a fake timer would put it back for good
  vi.restoreAllMocks();
  vi.useRealTimers();
  cleanup();
  server.resetHandlers();
  localStorage.clear();
  Object.defineProperty(document, "hidden", { configurable: true, value: false });
});
afterAll(() => server.close());
