import { Button } from "@fluentui/react-components";
import { useEffect, useEffectEvent, useId, useLayoutEffect, useRef, type ReactNode } from "react";
import styles from "./ConfirmDialog.module.css";

interface Props {
  title: string;
  open: boolean;
  /** The act is under way: neither button does anything. */
  busy?: boolean;
  /** The act cannot be done now. */
  blocked?: boolean;
  /** The act removes something. */
  danger?: boolean;
  /** Left out where there is nothing to confirm. */
  confirm?: string;
  cancel?: string;
  onConfirm: () => void;
  onClose: () => void;
  /** The effect: who, how many, of which kind. */
  children: ReactNode;
}

/**
 * Asks before an act, which its title and its button name. The browser's own dialog keeps the focus inside, blocks the
 * page behind it, and gives the focus back.
 */
export function ConfirmDialog(props: Props) {
  return props.open ? <OpenDialog {...props} /> : null;
}

function OpenDialog(props: Props) {
  const { busy = false, blocked = false, danger = false, onConfirm, onClose } = props;
  const dialogRef = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = dialogRef.current;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    return () => dialog?.close();
  }, []);
  useEscape(() => !busy && onClose());
  return (
    <dialog ref={dialogRef} role="alertdialog" aria-labelledby={titleId} className={styles.dialog}>
      <h2 id={titleId} className={styles.title}>
        {props.title}
      </h2>
      <div className={styles.content}>{props.children}</div>
      <div className={styles.actions}>
        <Button data-first-focus disabledFocusable={busy} onClick={onClose}>
          {props.cancel ?? "Cancel"}
        </Button>
        {props.confirm && (
          <Button
            appearance="primary"
            {...(danger && { className: styles.danger ?? "" })}
            disabledFocusable={busy || blocked}
            onClick={onConfirm}
          >
            {props.confirm}
          </Button>
        )}
      </div>
    </dialog>
  );
}

/** Handles Escape here: the browser would close a busy dialog at the second press. */
function useEscape(onEscape: () => void): void {
  const latest = useEffectEvent(onEscape);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      latest();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
