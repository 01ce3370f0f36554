import { expect, test } from "vitest";
import samples from "@/features/create/form-samples.json";
import { formFields } from "@/features/create/formFields";
import { toBody, validate, type FormValues } from "@/features/create/validation";
import type { Platform } from "@/platforms";

const NOW = Date.parse("2026-11-23T12:00:00Z");

/** What a person would have typed to send a body: the form's date is a day. */
function typed(body: Record<string, string>): FormValues {
  const { expiresOn, ...others } = body;
  return expiresOn ? { ...others, expiresOn: expiresOn.slice(0, 10) } : others;
}

// the server's tests judge the same samples
test.each(samples)("sample is judged as the server judges it: $case", ({ platform, body, refused }) => {
  const errors = validate(platform as Platform, typed(body as unknown as Record<string, string>), NOW);
  expect(Object.keys(errors).sort()).toEqual([...refused].sort());
});

test("a day that is over is refused", () => {
  expect(validate("databricks", { expiresOn: "2026-11-22" }, NOW)["expiresOn"]).toContain("future");
});

test("today is accepted, because access lasts through it", () => {
  expect(validate("databricks", { expiresOn: "2026-11-23" }, NOW)["expiresOn"]).toBeUndefined();
});

test("the body carries every field, trimmed, and the end of the last day", () => {
  const body = toBody("palantir", { requestedByEmail: " ana@example.com ", role: "Viewer", expiresOn: "2027-01-31" });
  expect(Object.keys(body)).toEqual(formFields("palantir").map(({ name }) => name));
  expect(body).toMatchObject({ requestedByEmail: "ana@example.com", expiresOn: "2027-01-31T23:59:59Z" });
});

test("no date means never", () => {
  expect(toBody("palantir", {})["expiresOn"]).toBeNull();
});
