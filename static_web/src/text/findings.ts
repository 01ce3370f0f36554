/** What the findings of the nightly check are called, what each kind means, and what can be done. */
import type { Finding, FindingAct, FindingKind } from "@/api/types";
import type { StatusText } from "@/text/statuses";

interface KindText extends StatusText {
  meaning: string;
  advice: string;
}

export const FINDING_KINDS: Record<FindingKind, KindText> = {
  cameBack: {
    ...{ title: "Came back", tone: "bad" },
    meaning: "The access was removed, and the person has it again without an active request.",
    advice: "Remove it, or adopt it as a request with an expiry date.",
  },
  missing: {
    ...{ title: "Missing", tone: "warning" },
    meaning: "The request is active, and the person does not have the access.",
    advice: "Give it back, or revoke the request if the person no longer needs it.",
  },
  unrecorded: {
    ...{ title: "Not recorded", tone: "plain" },
    meaning: "Someone has the access directly, and no active request gives it.",
    advice: "Adopt it as a request, remove it, or ignore it. Groups and service principals can only be ignored.",
  },
  heldBefore: {
    ...{ title: "Held before", tone: "warning" },
    meaning: "The request has ended. The person already had the access before the app knew of it, so it was not removed.",
    advice: "Remove it if the person no longer needs it, or ignore it.",
  },
  notKnown: {
    ...{ title: "Not known", tone: "warning" },
    meaning: "The platform does not show whether the person has the access.",
    advice: "Let the app see the resource in the platform. The finding ends once a check can see it.",
  },
};

export const PRINCIPAL_KINDS: Record<Finding["principalKind"], string> = {
  person: "Person",
  group: "Group",
  servicePrincipal: "Service principal",
  unknown: "Not told by the platform",
};

export const FINDING_ENDS: Record<NonNullable<Finding["end"]>, string> = {
  notSeen: "No longer found",
  takenAway: "Removed",
  givenBack: "Given back",
  adopted: "Adopted as a request",
  settled: "Resolved by a change of the records",
};

/** In the order in which they are offered. */
export const ACT_TITLES: Record<FindingAct, string> = {
  adopt: "Adopt",
  giveBack: "Give back",
  takeAway: "Remove access",
  ignore: "Ignore",
  stopIgnoring: "Stop ignoring",
};

const CHOICES = <Key extends string>(titles: Record<Key, string>) => ({ "": "Any", ...titles });

export const KIND_CHOICES = CHOICES(
  Object.fromEntries(Object.entries(FINDING_KINDS).map(([kind, { title }]) => [kind, title])) as Record<FindingKind, string>,
);
export const PRINCIPAL_CHOICES = CHOICES(PRINCIPAL_KINDS);
export const STATE_CHOICES = { "": "Open", ignored: "Ignored", ended: "Ended" };

/** Returns whether a finding is about a group or a service principal. */
export const isNoPerson = ({ principalKind }: Finding) => principalKind === "group" || principalKind === "servicePrincipal";

/** Returns a finding's access as "SELECT on main.sales.orders". */
export const accessText = ({ access, resource }: Finding) => `${access} on ${resource}`;
