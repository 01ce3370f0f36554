/** How what a request grants is called: the resource, and what may be done with it. */
import type { AccessRequest } from "@/api/types";
import { PLATFORMS, type Platform } from "@/platforms";

/** Returns the name of the resource, and the privilege or role on it. */
export function resourceOf(platform: Platform, request: AccessRequest): { name: string; grant: string } {
  const { resourceFields, grantField } = PLATFORMS[platform];
  const fields: Readonly<Record<string, string | number | null>> = request;
  const read = (name: string) => String(fields[name]);
  return { name: resourceFields.map(({ name }) => read(name)).join("."), grant: read(grantField.name) };
}

/** Returns the grant as "SELECT on main.sales.orders". */
export function grantText(platform: Platform, request: AccessRequest): string {
  const { name, grant } = resourceOf(platform, request);
  return `${grant} on ${name}`;
}
