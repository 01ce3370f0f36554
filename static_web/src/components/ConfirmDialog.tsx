import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from "@fluentui/react-components";
import type { ReactNode } from "react";
import styles from "./ConfirmDialog.module.css";

interface Props {
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

/** Asks before an act: its title and its button name the act. */
export function ConfirmDialog(props: Props) {
  const { title, open, busy = false, blocked = false, danger = false, onConfirm, onClose } = props;
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
