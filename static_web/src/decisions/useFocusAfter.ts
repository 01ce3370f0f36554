import { useEffect, useRef, type RefObject } from "react";

/** Moves the focus to the outcome after a dialog whose opening button is gone. */
export function useFocusAfter(isOpen: boolean, targetRef: RefObject<HTMLElement | null>): void {
  const wasOpenRef = useRef(isOpen);
  useEffect(() => {
    const hasClosed = wasOpenRef.current && !isOpen;
    wasOpenRef.current = isOpen;
    if (hasClosed && document.activeElement === document.body) targetRef.current?.focus();
  }, [isOpen, targetRef]);
}
