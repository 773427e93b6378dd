/** What {{name}} is given: an event of your own making. */
export interface Greeting {
  readonly name?: string;
}

/** What comes back must fit into JSON. */
export interface Answer {
  readonly message: string;
}

export const handler = async (event: Greeting): Promise<Answer> => {
  const name = event.name || 'World';
  console.info(`Greeting ${name}`);
  return { message: `Hello, ${name}!` };
};
