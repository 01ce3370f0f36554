import type { AccessRequest, Problem } from "@/api/types";
import type { DecisionDetails } from "@/decisions/useDecide";
import type { Decision } from "@/paths";
import type { Platform } from "@/platforms";

/** What each dialog that asks before a decision is given. */
export interface DialogProps {
  platform: Platform;
  /** At least one. */
  requests: AccessRequest[];
  busy: boolean;
  /** Why it was not done. */
  problem: Problem | null;
  onConfirm: (decision: Decision, details?: DecisionDetails) => void;
  onClose: () => void;
}
