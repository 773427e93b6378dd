/**
 * {{name}}: answers an event of your own making.
 * What is returned must fit into JSON.
 */
export const handler = async (event) => {
  const name = event.name || 'World';
  console.info(`Greeting ${name}`);
  return { message: `Hello, ${name}!` };
};
