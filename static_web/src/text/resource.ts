/** How what a request grants is called: the resource, and what may be done with it. */
import type { AccessRequest } from "@/api/types";

export function resourceOf(row: AccessRequest): { name: string; grant: string } {
  return "resourceRid" in row
    ? { name: row.resourceRid, grant: row.role }
    : { name: `${row.catalogName}.${row.schemaName}.${row.tableName}`, grant: row.privilege };
}
