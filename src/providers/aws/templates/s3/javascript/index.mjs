/**
 * {{name}}: runs for each object that is uploaded to a bucket.
 * An event may come twice, so handling the same object again must do no harm.
 */
export const handler = async (event) => {
  const handled = await Promise.all(event.Records.map((record) => handle(record.s3)));
  return { handled };
};

async function handle({ bucket, object }) {
  // Keys come encoded as in a URL: "my+photo.jpg" is the object "my photo.jpg".
  const key = decodeURIComponent(object.key.replaceAll('+', ' '));
  console.info(`${object.size} bytes in s3://${bucket.name}/${key}`);
  // To read it: new S3Client().send(new GetObjectCommand({ Bucket: bucket.name, Key: key })), of @aws-sdk/client-s3
  return key;
}
