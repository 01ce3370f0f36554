import { Button, Link } from "@fluentui/react-components";
import { NavigationRegular } from "@fluentui/react-icons/svg/navigation";
import { Suspense, useEffect, useEffectEvent, useRef, useState } from "react";
import { Link as RouterLink, Outlet, useLocation } from "react-router";
import { Navigation } from "@/app/Navigation";
import { ThemeSelect } from "@/app/ThemeSelect";
import { useCaller } from "@/hooks/useCaller";
import { authPaths, sitePaths } from "@/paths";
import styles from "./AppShell.module.css";

/** Surrounds every page with a skip link, header and navigation. */
export function AppShell() {
  const { caller } = useCaller();
  const [menuOpen, setMenuOpen] = useState(false);
  const mainRef = useFocusOnNewPage();
  useEscape(menuOpen, () => setMenuOpen(false));
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main" onClick={(event) => skipTo(event, mainRef.current)}>
        Skip to content
      </a>
      <header className={styles.bar}>
        <span className={styles.menuButton}>
          <Button
            appearance="subtle"
            icon={<NavigationRegular />}
            aria-label="Pages"
            aria-expanded={menuOpen}
            aria-controls="pages"
            onClick={() => setMenuOpen((open) => !open)}
          />
        </span>
        <RouterLink to={sitePaths.overview} className={styles.product ?? ""}>
          Access expiry
        </RouterLink>
        {caller?.email && (
          <span className={styles.caller}>
            {caller.name} <Link href={authPaths.signOut}>Sign out</Link>
          </span>
        )}
        <ThemeSelect />
      </header>
      <nav id="pages" className={styles.pages} aria-label="Site" data-open={menuOpen}>
        <Navigation onFollow={() => setMenuOpen(false)} />
      </nav>
      <main id="main" ref={mainRef} tabIndex={-1} className={styles.main}>
        <Suspense fallback={<div className={styles.loading} aria-busy />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  );
}

function skipTo(event: React.MouseEvent, target: HTMLElement | null): void {
  event.preventDefault();
  target?.focus();
}

function useEscape(isOpen: boolean, close: () => void): void {
  const onEscape = useEffectEvent(close);
  useEffect(() => {
    if (!isOpen) return;
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && onEscape();
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [isOpen]);
}

/** Moves the focus to the heading after navigation; after a load, the browser decides. */
function useFocusOnNewPage() {
  const mainRef = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shownRef = useRef(pathname);
  useEffect(() => {
    if (shownRef.current === pathname) return;
    shownRef.current = pathname;
    mainRef.current?.querySelector("h1")?.focus();
    window.scrollTo(0, 0);
  }, [pathname]);
  return mainRef;
}
