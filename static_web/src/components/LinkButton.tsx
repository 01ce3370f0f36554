import { Button, type ButtonProps } from "@fluentui/react-components";
import type { ReactElement, ReactNode } from "react";
import { useHref, useLinkClickHandler } from "react-router";

interface Props {
  to: string;
  appearance?: ButtonProps["appearance"];
  size?: "small" | "medium";
  icon?: ReactElement;
  children: ReactNode;
}

/** A link that looks like a button. */
export function LinkButton({ to, appearance = "secondary", size = "medium", icon, children }: Props) {
  const onClick = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Button as="a" href={useHref(to)} appearance={appearance} size={size} {...(icon && { icon })} onClick={onClick as never}>
      {children}
    </Button>
  );
}
