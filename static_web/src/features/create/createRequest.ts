import { call } from "@/api/http";
import type { AccessRequest } from "@/api/types";
import { apiPaths } from "@/paths";
import type { Platform } from "@/platforms";

/** Creates a request. Sent again with the same key, it is stored once. */
export function createRequest(
  platform: Platform,
  body: Record<string, string | null>,
  idempotencyKey: string,
): Promise<AccessRequest> {
  return call(apiPaths.create(platform), {
    method: "POST",
    body,
    headers: { "Idempotency-Key": idempotencyKey },
  });
}
