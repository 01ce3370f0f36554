import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import { useEffect } from "react";
import type { ConfirmDialogProps } from "@/components/ConfirmDialog";
import styles from "./ConfirmDialogSurface.module.css";

/** The dialog itself, with the kit's part that only dialogs need. */
export default function ConfirmDialogSurface(props: ConfirmDialogProps) {
  const { title, open, busy = false, blocked = false, danger = false, onConfirm, onClose } = props;
  useFocusBack(open);
  return (
    <Dialog open={open} modalType="alert" onOpenChange={(_, data) => !data.open && !busy && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>{props.children}</DialogContent>
          <DialogActions>
            <Button disabledFocusable={busy} onClick={onClose}>
              {props.cancel ?? "Cancel"}
            </Button>
            <Button
              appearance="primary"
              {...(danger && { className: styles.danger ?? "" })}
              disabledFocusable={busy || blocked}
              onClick={onConfirm}
            >
              {props.confirm}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** What had the focus when the dialog opened has it again when it closes. */
function useFocusBack(open: boolean): void {
  useEffect(() => {
    if (!open) return;
    const opener = document.activeElement;
    return () => {
      // after the dialog has let go of the focus
      requestAnimationFrame(() => opener instanceof HTMLElement && opener.focus());
    };
  }, [open]);
}
