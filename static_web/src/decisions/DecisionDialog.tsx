/** The dialogs that ask before a decision, loaded when the first of them opens. */
import type { ComponentType } from "react";
import type { AccessRequest, Problem } from "@/api/types";
import { ExtendDialog } from "@/decisions/ExtendDialog";
import { GiveUpDialog } from "@/decisions/GiveUpDialog";
import { LetExpireDialog } from "@/decisions/LetExpireDialog";
import { RevokeNowDialog } from "@/decisions/RevokeNowDialog";
import type { Details } from "@/decisions/useDecide";
import type { Decision } from "@/paths";
import type { Platform } from "@/platforms";

export type Question = "extend" | "let-expire" | "revoke" | "give-up";

export interface DialogProps {
  platform: Platform;
  /** At least one. */
  requests: AccessRequest[];
  busy: boolean;
  /** Why it was not done. */
  problem: Problem | null;
  onConfirm: (decision: Decision, details?: Details) => void;
  onClose: () => void;
}

const DIALOGS: Record<Question, ComponentType<DialogProps>> = {
  extend: ExtendDialog,
  "let-expire": LetExpireDialog,
  revoke: RevokeNowDialog,
  "give-up": GiveUpDialog,
};

export default function DecisionDialog({ question, ...props }: DialogProps & { question: Question }) {
  const Dialog = DIALOGS[question];
  return <Dialog {...props} />;
}
