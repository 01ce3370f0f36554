/** The fields of the create forms: what they are called and how they are explained. Their rules are the server's. */
import { formRules } from "@/api/generated";
import type { Platform } from "@/platforms";

export interface FieldRules {
  anyOf?: readonly object[];
  type?: string;
  format?: string;
  enum?: readonly string[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
}

export interface FormField {
  name: string;
  label: string;
  hint: string;
  kind: "text" | "email" | "textarea" | "choice" | "date";
}

const requester: FormField = {
  name: "requestedByEmail",
  label: "Requester's email",
  hint: "Who gets the access, and the reminders before it ends.",
  kind: "email",
};

const reason: FormField = {
  name: "businessReason",
  label: "Business reason",
  hint: "What the access is needed for. Reviewers and auditors read this.",
  kind: "textarea",
};

const expiry: FormField = {
  name: "expiresOn",
  label: "Last day of access",
  hint: "Access ends at the end of this day, UTC. Leave it empty for access that never expires.",
  kind: "date",
};

export const FORM_FIELDS: Record<Platform, FormField[]> = {
  databricks: [
    requester,
    { name: "catalogName", label: "Catalog", hint: "The Unity Catalog that holds the table.", kind: "text" },
    { name: "schemaName", label: "Schema", hint: "The schema in that catalog.", kind: "text" },
    { name: "tableName", label: "Table", hint: "The Delta table to be used.", kind: "text" },
    { name: "privilege", label: "Privilege", hint: "SELECT reads, MODIFY also writes.", kind: "choice" },
    reason,
    expiry,
  ],
  palantir: [
    requester,
    {
      name: "resourceRid",
      label: "Resource id",
      hint: "As Palantir shows it, like ri.foundry.main.dataset.1a2b3c.",
      kind: "text",
    },
    { name: "role", label: "Role", hint: "What the requester may do with the resource.", kind: "choice" },
    reason,
    expiry,
  ],
};

interface BodyRules {
  required: readonly string[];
  properties: Record<string, FieldRules>;
}

export const BODY_RULES: Record<Platform, BodyRules> = {
  databricks: formRules.CreateDatabricksRequest,
  palantir: formRules.CreatePalantirRequest,
};

export const choicesOf = (platform: Platform, field: string) => BODY_RULES[platform].properties[field]?.enum ?? [];
