import { problemOf } from "@/api/http";
import type { Connections } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { ProblemMessage } from "@/components/ProblemMessage";
import { ConnectionCard } from "@/features/connections/ConnectionCard";
import { useApi } from "@/hooks/useApi";
import { apiPaths } from "@/paths";
import styles from "./connections.module.css";

/** Tells where the app may see and remove grants, by the last check. Showing it calls no platform. */
export function ConnectionsPage() {
  const { data, error, refetch } = useApi<Connections>(apiPaths.connections);
  const isAnyOn = data?.connections.some(({ isOn }) => isOn);
  return (
    <>
      <PageHeader title="Connections">Where the app may see and remove grants, and what to do if it may not.</PageHeader>
      {error && (
        <ProblemMessage
          title={data ? "The connections could not be refreshed." : "The connections could not be loaded."}
          problem={problemOf(error)}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && <div className={styles.loading} aria-busy />}
      {data && !isAnyOn && (
        <EmptyState title="No platform is connected">
          Revoking only records that access ended. To also remove grants, set DATABRICKS_ACCESS to unity-catalog or
          PALANTIR_ACCESS to foundry. The page “Removing access at the platform” of the documentation says what each needs.
        </EmptyState>
      )}
      {data && isAnyOn && (
        <div className={styles.cards}>
          {data.connections.map((connection) => (
            <ConnectionCard key={connection.platform} connection={connection} />
          ))}
        </div>
      )}
    </>
  );
}
