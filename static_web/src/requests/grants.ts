/** What each platform calls that which an access allows, and what there is of it. */
import { formRules } from "@/api/generated";
import type { Platform } from "@/platforms";

export const GRANT_FIELDS: Record<Platform, { name: string; label: string }> = {
  databricks: { name: "privilege", label: "Privilege" },
  palantir: { name: "role", label: "Role" },
};

const GRANTS: Record<Platform, readonly string[]> = {
  databricks: formRules.CreateDatabricksRequest.properties.privilege.enum,
  palantir: formRules.CreatePalantirRequest.properties.role.enum,
};

export const grantChoices = (platform: Platform): Record<string, string> => ({
  "": "Any",
  ...Object.fromEntries(GRANTS[platform].map((grant) => [grant, grant])),
});
