import { useEffect, useRef, type RefObject } from "react";

/** After a dialog, whose opener may be gone with what was decided: then what tells the outcome takes the focus. */
export function useFocusAfter(isOpen: boolean, targetRef: RefObject<HTMLElement | null>): void {
  const wasOpenRef = useRef(isOpen);
  useEffect(() => {
    const hasClosed = wasOpenRef.current && !isOpen;
    wasOpenRef.current = isOpen;
    if (hasClosed && document.activeElement === document.body) targetRef.current?.focus();
  }, [isOpen, targetRef]);
}
