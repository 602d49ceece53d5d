import { describe, expect, test } from 'vitest';
import { packetKeys, packetSchema } from '#domain/packet/packet.ts';
import { soundPacket } from './packets.ts';

describe('the shape of a packet', () => {
  test('takes village codes without dots', () => {
    const packet = soundPacket();
    packet.group.village = '3302152003';
    expect(packetSchema.parse(packet).group.village).toBe('33.02.15.2003');
  });

  test('keeps NIK and account numbers as text', () => {
    const packet = soundPacket();
    const number = { ...packet, account: { ...packet.account, number: 12345678 } };
    expect(packetSchema.safeParse(number).success).toBe(false);
  });

  test('refuses control characters, unknown fields and file names that leave the folder', () => {
    const broken = [
      { ...soundPacket(), extra: 1 },
      { ...soundPacket(), plan: { ...soundPacket().plan, title: 'a\u0000b' } },
      {
        ...soundPacket(),
        attachments: [{ name: '../x.pdf', type: 'proposal', sha256: 'a'.repeat(64), bytes: 1 }],
      },
    ];
    for (const packet of broken) expect(packetSchema.safeParse(packet).success).toBe(false);
  });

  test('lies under one folder', () => {
    expect(packetKeys('banyumas-7').attachment('ktp-01.pdf')).toBe('banyumas-7/attachments/ktp-01.pdf');
  });
});
