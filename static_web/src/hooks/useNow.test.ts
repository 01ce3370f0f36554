import { renderHook } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { useNow } from "@/hooks/useNow";

test("is a whole step although time goes on while it is worked out", () => {
  let now = 59_000;
  vi.spyOn(Date, "now").mockImplementation(() => now++);
  const { result } = renderHook(() => useNow(1_000));
  expect(result.current % 1_000).toBe(0);
});
