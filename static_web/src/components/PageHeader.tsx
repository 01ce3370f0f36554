import type { ReactNode } from "react";
import { usePageTitle } from "@/hooks/usePageTitle";
import { PLATFORM_TITLES, type Platform } from "@/platforms";
import styles from "./PageHeader.module.css";

interface Props {
  platform: Platform;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ platform, title, children, actions }: Props) {
  usePageTitle(`${title}, ${PLATFORM_TITLES[platform]}`);
  return (
    <header className={styles.header}>
      <div>
        <p className={styles.platform}>{PLATFORM_TITLES[platform]}</p>
        <h1 tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        <p className={styles.lead}>{children}</p>
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </header>
  );
}
