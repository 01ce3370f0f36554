import { Button, Link as FluentLink } from "@fluentui/react-components";
import { Link } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { usePageTitle } from "@/hooks/usePageTitle";
import { sitePaths } from "@/paths";

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Page not found" />
      <EmptyState title="Nothing is at this address">
        Go to the <Link to={sitePaths.overview}>overview</Link>.
      </EmptyState>
    </>
  );
}

/** Shown when the page itself breaks. */
export function CrashPage() {
  usePageTitle("Something broke");
  return (
    <main>
      <h1>This page broke</h1>
      <EmptyState title="Nothing was changed on the server by this">
        <Button onClick={() => location.reload()}>Reload the page</Button> or{" "}
        <FluentLink href="/">start over</FluentLink>.
      </EmptyState>
    </main>
  );
}
