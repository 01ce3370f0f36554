import type { ReactNode } from "react";
import { usePageTitle } from "@/hooks/usePageTitle";
import { PLATFORMS, type Platform } from "@/platforms";
import styles from "./PageHeader.module.css";

interface Props {
  platform?: Platform;
  title: string;
  /** What the page is about. */
  children?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ platform, title, children, actions }: Props) {
  const over = platform && PLATFORMS[platform].title;
  usePageTitle(over ? `${title}, ${over}` : title);
  return (
    <header className={styles.header}>
      <div>
        {over && <p className={styles.platform}>{over}</p>}
        <h1 tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        {children && <div className={styles.lead}>{children}</div>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
