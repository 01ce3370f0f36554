import { authPaths } from "@/paths";

export interface Caller {
  name: string;
  roles: string[];
}

/** Who is signed in by the static host's account; null where the host has no accounts, as on a local machine. */
export async function readCaller(): Promise<Caller | null> {
  try {
    const response = await fetch(authPaths.caller, { headers: { Accept: "application/json" } });
    const { clientPrincipal } = (await response.json()) as {
      clientPrincipal?: { userDetails: string; userRoles: string[] } | null;
    };
    return clientPrincipal ? { name: clientPrincipal.userDetails, roles: clientPrincipal.userRoles } : null;
  } catch {
    return null;
  }
}
