export async function handler(event) {
  console.log('greeting', event.names);
  return { greetings: event.names.map((name) => `Hello, ${name}!`) };
}
