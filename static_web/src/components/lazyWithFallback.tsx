/** Loads parts of the site when they are first needed. A part that cannot be loaded says so in its place. */
import { Button } from "@fluentui/react-components";
import { lazy, Suspense, type ComponentType } from "react";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";

type Load<Props> = () => Promise<{ default: ComponentType<Props> }>;

const WHY = "You may be offline, or the site has been updated.";
const reload = () => location.reload();

/** Returns a page. Its surroundings show that it is being loaded. */
export const lazyPage = (load: Load<object>) => lazyOr(load, PageNotLoaded);

/** Returns a dialog, which is mounted when it opens. */
export const lazyDialog = <Props extends { onClose: () => void }>(load: Load<Props>) => alone(lazyOr(load, DialogNotLoaded));

/** Returns a part of a page, which has its place there before it is loaded. */
export const lazyPart = <Props extends object>(load: Load<Props>) => alone(lazyOr(load, PartNotLoaded));

function lazyOr<Props extends object>(load: Load<Props>, instead: ComponentType<Props>) {
  return lazy(() => load().catch(() => ({ default: instead })));
}

/** Keeps everything else from waiting for it. */
function alone<Props extends object>(Part: ComponentType<Props>): ComponentType<Props> {
  return function Alone(props) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}

function PageNotLoaded() {
  return (
    <div role="alert">
      <PageHeader title="This page could not be loaded" />
      <EmptyState title={WHY}>
        <Button onClick={reload}>Reload the page</Button>
      </EmptyState>
    </div>
  );
}

function DialogNotLoaded({ onClose }: { onClose: () => void }) {
  return (
    <ConfirmDialog open title="This could not be opened" confirm="Reload the page" onConfirm={reload} onClose={onClose}>
      <p>Nothing was changed. {WHY}</p>
    </ConfirmDialog>
  );
}

function PartNotLoaded() {
  return (
    <p role="alert">
      This part could not be loaded. {WHY}{" "}
      <Button size="small" onClick={reload}>
        Reload the page
      </Button>
    </p>
  );
}
