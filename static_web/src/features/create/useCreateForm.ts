import { useEffect, useRef, useState } from "react";
import { leavesOutcomeOpen, problemOf } from "@/api/http";
import type { AccessRequest, Problem } from "@/api/types";
import { createRequest } from "@/features/create/createRequest";
import { formFields } from "@/features/create/formFields";
import { toBody, validate, type FormErrors, type FormValues } from "@/features/create/validation";
import { useRefresh } from "@/hooks/useApi";
import { useNow } from "@/hooks/useNow";
import type { Platform } from "@/platforms";

// how long after the last key what is typed is judged; sooner would blame half an address
const TYPING_PAUSE_MS = 700;

export type Submission =
  | { kind: "created"; request: AccessRequest }
  | { kind: "refused"; problem: Problem }
  | { kind: "unknown"; problem: Problem; email: string };

/** Holds the state of a create form: what is typed, what is wrong with it, and how sending it went. */
export function useCreateForm(platform: Platform) {
  const [values, setValues] = useState<FormValues>({});
  const [judged, setJudged] = useState<Record<string, boolean>>({});
  const [serverErrors, setServerErrors] = useState<FormErrors>({});
  const [submission, setSubmission] = useState<Submission | null>(null);
  const [sending, setSending] = useState(false);
  const formRef = useRef<HTMLFormElement>(null);
  const sentRef = useRef({ content: "", key: "" });
  const typingRef = useRef<ReturnType<typeof setTimeout>>(undefined);
  const refresh = useRefresh();
  const now = useNow();
  useEffect(() => () => clearTimeout(typingRef.current), []);

  const found = validate(platform, values, now);
  const errors: FormErrors = { ...serverErrors };
  for (const [name, error] of Object.entries(found)) if (judged[name]) errors[name] = error;

  const judge = (name: string) => setJudged((before) => ({ ...before, [name]: true }));
  const change = (name: string, value: string) => {
    setValues((before) => ({ ...before, [name]: value }));
    setServerErrors(({ [name]: _answered, ...others }) => others);
    clearTimeout(typingRef.current);
    typingRef.current = setTimeout(() => judge(name), TYPING_PAUSE_MS);
  };
  const leave = (name: string) => {
    // an untouched field is not blamed for being empty until the form is sent
    if (values[name]) judge(name);
  };

  const focusFirst = (wrong: FormErrors) => {
    const first = formFields(platform).find(({ name }) => name in wrong);
    if (first) formRef.current?.querySelector<HTMLElement>(`[name="${first.name}"]`)?.focus();
  };

  /** Returns the same key while the content is the same, so that sending again after an outage stores it once. */
  const keyOf = (content: string) => {
    if (sentRef.current.content !== content) sentRef.current = { content, key: crypto.randomUUID() };
    return sentRef.current.key;
  };

  const send = async () => {
    setJudged(Object.fromEntries(formFields(platform).map(({ name }) => [name, true])));
    if (sending) return;
    setSubmission(null);
    if (Object.keys(found).length) {
      focusFirst(found);
      return;
    }
    setSending(true);
    try {
      const body = toBody(platform, values);
      const request = await createRequest(platform, body, keyOf(JSON.stringify(body)));
      clearTimeout(typingRef.current);
      sentRef.current.content = "";
      setSubmission({ kind: "created", request });
      setValues({});
      setJudged({});
      setServerErrors({});
      refresh();
    } catch (error) {
      const problem = problemOf(error);
      const byField = Object.fromEntries((problem.errors ?? []).map(({ field, message }) => [field, message]));
      setServerErrors(byField);
      const email = (values["requestedByEmail"] ?? "").trim();
      setSubmission(leavesOutcomeOpen(error) ? { kind: "unknown", problem, email } : { kind: "refused", problem });
      focusFirst(byField);
    } finally {
      setSending(false);
    }
  };
  const isDirty = Object.values(values).some((value) => value.trim() !== "");
  return { values, errors, isDirty, sending, submission, formRef, change, leave, send };
}
