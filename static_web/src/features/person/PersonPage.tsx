import { Button, Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { RequestOfPerson } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { PageHeader } from "@/components/PageHeader";
import { SelectField } from "@/components/SelectField";
import { PERSON_COLUMNS, PERSON_CSV } from "@/features/person/personColumns";
import { ListView } from "@/lists/ListView";
import { useListUrl } from "@/lists/useListUrl";
import { apiPaths, sitePaths } from "@/paths";
import { REQUEST_STATUS_CHOICES } from "@/text/statuses";
import styles from "./person.module.css";

const PERSON_LIST = { sort: "urgency", status: "" };
const SORTS = { urgency: "Most urgent first", "-requestedOn": "Newest first", requestedOn: "Oldest first" };

/** Shows all requests of one person on all platforms, as for the day on which someone leaves. */
export function PersonPage() {
  const [search] = useSearchParams();
  const email = search.get("email") ?? "";
  return (
    <>
      <PageHeader title={email || "People"}>All requests of one person, on all platforms.</PageHeader>
      <PersonForm key={email} email={email} />
      {email && <RequestsOfPerson email={email} />}
    </>
  );
}

function PersonForm({ email }: { email: string }) {
  const [text, setText] = useState(email);
  const navigate = useNavigate();
  return (
    <form
      className={styles.form}
      role="search"
      aria-label="Find a person"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void navigate(sitePaths.person(text.trim()));
      }}
    >
      <Field label="Email address" className={styles.field ?? ""}>
        <Input type="email" value={text} placeholder="Full email address" onChange={(_, { value }) => setText(value)} />
      </Field>
      <Button type="submit" appearance="primary">
        Show
      </Button>
    </form>
  );
}

function RequestsOfPerson({ email }: { email: string }) {
  const url = useListUrl(PERSON_LIST);
  const { params, change } = url;
  return (
    <ListView<RequestOfPerson>
      path={apiPaths.person}
      fixed={{ email }}
      url={url}
      caption={`Requests of ${email}`}
      columns={PERSON_COLUMNS}
      rowKey={({ platform, id }) => `${platform} ${id}`}
      rowHref={({ platform, id }) => sitePaths.request(platform, id)}
      csv={{ name: `requests-of-${email}`, fields: PERSON_CSV }}
      toolbar={
        <>
          <SelectField
            label="Status"
            value={params["status"] ?? ""}
            choices={REQUEST_STATUS_CHOICES}
            onChange={(status) => change({ status })}
          />
          <SelectField label="Order" value={params["sort"] ?? ""} choices={SORTS} onChange={(sort) => change({ sort })} />
        </>
      }
      empty={
        <EmptyState title="No requests for this address">
          Check the spelling of the whole address. Capital letters make no difference.
        </EmptyState>
      }
    />
  );
}
