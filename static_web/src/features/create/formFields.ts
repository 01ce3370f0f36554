/** The fields of the create forms: what they are called and how they are explained. Their rules are the server's. */
import { PLATFORMS, type FormField, type Platform } from "@/platforms";

const requester: FormField = {
  name: "requestedByEmail",
  label: "Requester's email",
  hint: "This person gets the access, and the reminders before it ends.",
  kind: "email",
};

const reason: FormField = {
  name: "businessReason",
  label: "Business reason",
  hint: "Say why the access is needed. Reviewers and auditors read this.",
  kind: "textarea",
};

const expiry: FormField = {
  name: "expiresOn",
  label: "Last day of access",
  hint: "Access ends at the next revoke run after this day (UTC). Leave this empty for access that never ends.",
  kind: "date",
};

/** Returns the fields of a platform's form, in their order. */
export function formFields(platform: Platform): FormField[] {
  const { resourceFields, grantField } = PLATFORMS[platform];
  return [requester, ...resourceFields, grantField, reason, expiry];
}
