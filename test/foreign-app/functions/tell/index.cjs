/** Writes to the reader what became of the wish. */
const { SESv2Client, SendEmailCommand } = require('@aws-sdk/client-sesv2');

const client = new SESv2Client({});

/** @param {{ isbn: string, reader: string, reserved: boolean }} outcome */
exports.handler = async ({ isbn, reader, reserved }) => {
  const text = reserved ? `Your book ${isbn} waits at the desk.` : `${isbn} cannot be had at present.`;
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: process.env.SENDER,
      Destination: { ToAddresses: [reader] },
      Content: { Simple: { Subject: { Data: `Book ${isbn}` }, Body: { Text: { Data: text } } } },
    }),
  );
  return { isbn, reader, reserved };
};
