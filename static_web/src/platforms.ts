export const PLATFORMS = ["databricks", "palantir"] as const;

export type Platform = (typeof PLATFORMS)[number];

export const PLATFORM_TITLES: Record<Platform, string> = {
  databricks: "Databricks",
  palantir: "Palantir",
};
