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
      <EmptyState title="This page does not exist">
        Go to the <Link to={sitePaths.overview}>overview</Link>.
      </EmptyState>
    </>
  );
}

/** Shows that the page itself stopped working. */
export function CrashPage() {
  usePageTitle("Something went wrong");
  return (
    <main>
      <h1>This page stopped working</h1>
      <EmptyState title="Nothing was changed on the server">
        <Button onClick={() => location.reload()}>Reload the page</Button> or{" "}
        <FluentLink href="/">start over</FluentLink>.
      </EmptyState>
    </main>
  );
}
