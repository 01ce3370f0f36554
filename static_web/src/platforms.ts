/** All that the site knows of each platform, in one record. */
import { formRules } from "@/api/generated";

export type Platform = "databricks" | "palantir";

/** The rules by which the server checks a field, in words of JSON Schema. */
export interface FieldRules {
  anyOf?: readonly object[];
  type?: string;
  format?: string;
  enum?: readonly string[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

/** A field of a request as its form shows it. */
export interface FormField {
  name: string;
  label: string;
  hint: string;
  kind: "text" | "email" | "textarea" | "choice" | "date";
  /** A valid value, for a field whose pattern the server prescribes. */
  example?: string;
}

interface PlatformFacts {
  title: string;
  chartColor: string;
  /** The fields that together name a resource, in their order. */
  resourceFields: readonly FormField[];
  /** How the name of every resource begins, which hides what tells them apart. */
  resourcePrefix?: RegExp;
  /** The field that says what may be done with the resource. */
  grantField: FormField;
  /** What the server checks of a new request. */
  createRules: { required: readonly string[]; properties: Record<string, FieldRules> };
}

const EXAMPLE_RID = "ri.foundry.main.dataset.1a2b3c";

export const PLATFORMS: Record<Platform, PlatformFacts> = {
  databricks: {
    title: "Databricks",
    chartColor: "var(--chart-blue)",
    resourceFields: [
      { name: "catalogName", label: "Catalog", hint: "The catalog in Unity Catalog that holds the table.", kind: "text" },
      { name: "schemaName", label: "Schema", hint: "The schema in that catalog.", kind: "text" },
      { name: "tableName", label: "Table", hint: "The Delta table in that schema.", kind: "text" },
    ],
    grantField: { name: "privilege", label: "Privilege", hint: "SELECT allows reading. MODIFY also allows writing.", kind: "choice" },
    createRules: formRules.CreateDatabricksRequest,
  },
  palantir: {
    title: "Palantir",
    chartColor: "var(--chart-orange)",
    resourceFields: [
      {
        ...{ name: "resourceRid", label: "Resource id", hint: `Copy it from Palantir, for example ${EXAMPLE_RID}.`, kind: "text" },
        example: EXAMPLE_RID,
      },
    ],
    resourcePrefix: /^ri\.[^.]+\.[^.]+\./,
    grantField: { name: "role", label: "Role", hint: "The requester gets this role on the resource.", kind: "choice" },
    createRules: formRules.CreatePalantirRequest,
  },
};

export const PLATFORM_IDS = Object.keys(PLATFORMS) as Platform[];

/** The choices of a filter by platform. */
export const PLATFORM_CHOICES = Object.fromEntries(PLATFORM_IDS.map((platform) => [platform, PLATFORMS[platform].title]));

/** Returns what may be chosen in a field. */
export const choicesOf = (platform: Platform, { name }: FormField): readonly string[] =>
  PLATFORMS[platform].createRules.properties[name]?.enum ?? [];
