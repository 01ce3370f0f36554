/** The dialogs that ask before a decision, loaded when the first of them opens. */
import type { ComponentType } from "react";
import type { DialogProps } from "@/decisions/dialogProps";
import { ExtendDialog } from "@/decisions/ExtendDialog";
import { GiveBackDialog } from "@/decisions/GiveBackDialog";
import { GiveUpDialog } from "@/decisions/GiveUpDialog";
import { LetExpireDialog } from "@/decisions/LetExpireDialog";
import { RevokeNowDialog } from "@/decisions/RevokeNowDialog";

export type Question = "extend" | "let-expire" | "revoke" | "give-up" | "give-back";

const DIALOGS: Record<Question, ComponentType<DialogProps>> = {
  extend: ExtendDialog,
  "let-expire": LetExpireDialog,
  revoke: RevokeNowDialog,
  "give-up": GiveUpDialog,
  "give-back": GiveBackDialog,
};

export default function DecisionDialog({ question, ...props }: DialogProps & { question: Question }) {
  const Dialog = DIALOGS[question];
  return <Dialog {...props} />;
}
