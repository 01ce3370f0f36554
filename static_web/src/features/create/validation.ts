/** Checks what a person types by the rules that the server publishes; form-samples.json proves that both agree. */
import { formFields } from "@/features/create/formFields";
import { PLATFORMS, type FieldRules, type FormField, type Platform } from "@/platforms";
import { endOfDay } from "@/text/days";

export type FormValues = Record<string, string>;
export type FormErrors = Record<string, string>;

// what the server's email check accepts: dot-separated words, then a domain with at least one dot
const EMAIL_WORD = /^[\p{L}\p{N}\p{M}!#$%&'*+\-/=?^_`{|}~]+$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}\p{M}]([\p{L}\p{N}\p{M}-]*[\p{L}\p{N}\p{M}])?$/u;

export function validate(platform: Platform, values: FormValues, now: number): FormErrors {
  const errors: FormErrors = {};
  for (const field of formFields(platform)) {
    const error = errorOf(platform, field, values[field.name] ?? "", now);
    if (error) errors[field.name] = error;
  }
  return errors;
}

function errorOf(platform: Platform, field: FormField, value: string, now: number): string | null {
  const rules = PLATFORMS[platform].createRules;
  const text = value.trim();
  if (!text) return rules.required.includes(field.name) ? requiredMessage(field) : null;
  if (field.kind === "date") return dateError(text, now);
  return textError(field, rules.properties[field.name] ?? {}, text);
}

function requiredMessage(field: FormField): string {
  return field.kind === "choice" ? `Choose a ${field.label.toLowerCase()}.` : "This field is required.";
}

function textError(field: FormField, rules: FieldRules, text: string): string | null {
  // UTF-16 units, which is what the database counts: an emoji takes two
  const length = text.length;
  if (rules.maxLength !== undefined && length > rules.maxLength) {
    return `Use at most ${rules.maxLength} characters. You entered ${length}.`;
  }
  if (rules.enum && !rules.enum.includes(text)) return `Choose one of ${rules.enum.join(", ")}.`;
  if (rules.format === "email" && !isEmail(text)) return "Enter an email address like name@company.com.";
  if (rules.pattern && !new RegExp(rules.pattern, "u").test(text)) {
    return `Enter a ${field.label.toLowerCase()} like ${field.example}.`;
  }
  if (field.kind !== "textarea" && /[\n\t]/.test(text)) return "Enter it on one line.";
  return hasControlCharacter(text) ? "Remove the control characters." : null;
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text.replace(/[\n\t]/g, ""));
}

function isEmail(text: string): boolean {
  const [name, domain, ...rest] = text.split("@");
  if (!name || !domain || rest.length) return false;
  const labels = domain.split(".");
  return (
    name.split(".").every((word) => EMAIL_WORD.test(word)) &&
    labels.length > 1 &&
    labels.every((label) => DOMAIN_LABEL.test(label))
  );
}

function dateError(date: string, now: number): string | null {
  const end = Date.parse(endOfDay(date));
  if (Number.isNaN(end)) return "Choose a date, or leave it empty if the access never ends.";
  return end <= now ? "Choose a date in the future, or leave it empty if the access never ends." : null;
}

/** Returns the body to send: trimmed, with the last day turned into its last second. */
export function toBody(platform: Platform, values: FormValues): Record<string, string | null> {
  const entries = formFields(platform).map(({ name, kind }) => {
    const text = (values[name] ?? "").trim();
    return [name, kind === "date" ? (text ? endOfDay(text) : null) : text];
  });
  return Object.fromEntries(entries) as Record<string, string | null>;
}
