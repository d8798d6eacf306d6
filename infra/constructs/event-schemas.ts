import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';

/** One event's JSON Schema of draft 4, the newest that the registry takes. */
export interface RegisteredSchema {
  /** Name of the schema's file in `events/`, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly content: string;
}

export interface EventSchemasProps {
  readonly registryName: string;
  readonly schemas: readonly RegisteredSchema[];
}

/** The event contract where subscribers look for it, and where code bindings come from. */
export class EventSchemas extends Construct {
  constructor(scope: Construct, id: string, props: EventSchemasProps) {
    super(scope, id);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName: props.registryName,
      description: 'Events of callscribe',
    });
    for (const { name, title, description, content } of props.schemas) {
      const schema = new CfnSchema(this, title.replaceAll(' ', ''), {
        registryName: props.registryName,
        schemaName: name,
        type: 'JSONSchemaDraft4',
        description: `${title}: ${description}`,
        content,
      });
      schema.addResourceDependency(registry);
    }
  }
}
