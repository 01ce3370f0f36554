/** All that the site knows of a platform, in one record each. */
import { formRules } from "@/api/generated";

export type Platform = "databricks" | "palantir";

/** What the server checks of a field, in words of JSON Schema. */
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
  /** What a value looks like whose form the server prescribes. */
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
      { name: "catalogName", label: "Catalog", hint: "The Unity Catalog that holds the table.", kind: "text" },
      { name: "schemaName", label: "Schema", hint: "The schema in that catalog.", kind: "text" },
      { name: "tableName", label: "Table", hint: "The Delta table to be used.", kind: "text" },
    ],
    grantField: { name: "privilege", label: "Privilege", hint: "SELECT reads, MODIFY also writes.", kind: "choice" },
    createRules: formRules.CreateDatabricksRequest,
  },
  palantir: {
    title: "Palantir",
    chartColor: "var(--chart-orange)",
    resourceFields: [
      {
        ...{ name: "resourceRid", label: "Resource id", hint: `As Palantir shows it, like ${EXAMPLE_RID}.`, kind: "text" },
        example: EXAMPLE_RID,
      },
    ],
    resourcePrefix: /^ri\.[^.]+\.[^.]+\./,
    grantField: { name: "role", label: "Role", hint: "What the requester may do with the resource.", kind: "choice" },
    createRules: formRules.CreatePalantirRequest,
  },
};

export const PLATFORM_IDS = Object.keys(PLATFORMS) as Platform[];

/** The choices of a filter by platform. */
export const PLATFORM_CHOICES = Object.fromEntries(PLATFORM_IDS.map((platform) => [platform, PLATFORMS[platform].title]));

/** What may be chosen in a field. */
export const choicesOf = (platform: Platform, { name }: FormField): readonly string[] =>
  PLATFORMS[platform].createRules.properties[name]?.enum ?? [];
