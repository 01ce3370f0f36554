import { lazy, Suspense, type ReactNode } from "react";

export interface ConfirmDialogProps {
  title: string;
  open: boolean;
  /** What was confirmed is under way: neither button does anything. */
  busy?: boolean;
  /** What is asked cannot be done now. */
  blocked?: boolean;
  /** It takes something away. */
  danger?: boolean;
  confirm: string;
  cancel?: string;
  onConfirm: () => void;
  onClose: () => void;
  /** The effect: who, how many, of which kind. */
  children: ReactNode;
}

const Surface = lazy(() => import("@/components/ConfirmDialogSurface"));

/** Asks before an act: its title and its button name the act. Loaded when it is first shown. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Suspense fallback={null}>
      <Surface {...props} />
    </Suspense>
  );
}
