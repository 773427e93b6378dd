const dayMs = 24 * 60 * 60 * 1000;

/**
 * {{name}}: runs on a schedule.
 * It works on the day before the planned time, so that a late or repeated run does the same work.
 */
export const handler = async (event) => {
  const planned = new Date(event.time);
  return cleanUp(new Date(planned.getTime() - dayMs));
};

async function cleanUp(date) {
  const day = date.toISOString().slice(0, 10);
  console.info(`Cleaning up after ${day}`);
  return { day };
}
