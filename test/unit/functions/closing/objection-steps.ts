import { contentOf } from '#domain/proposal/proposal.ts';
import { recordRejection } from '#functions/closing/record-rejection.ts';
import { jpeg, type Stage } from '../asks/stage.ts';
import { at, packetOf, personalData } from '../scene.ts';

export function objectionSteps(stage: Stage) {
  const leader = 'ketua@kelompok.example';
  const why = 'Tidak ada kelompok di alamat itu';
  const locksOf = (group: number) =>
    stage.store.locks.find(packetOf(group).members.map(({ nik }) => personalData.hashNik(nik)));
  const contactOf = async (id: string) => {
    const proposal = await stage.store.proposals.get(id);
    return contentOf(proposal)?.contact.email ?? leader;
  };

  /** Visited by vera, who found nothing, and rejected for it. */
  const rejected = async (group: number) => {
    const id = await stage.submitted(group);
    await stage.turn(id, 'site-visit', '1');
    await stage.post(stage.linksOf(id).at(-1) ?? '', {
      ...{ outcome: 'fail', visitedOn: '2020-08-03', reason: why },
      ...{ latitude: '-7,42', longitude: '109,24' },
    });
    await reject(id, 70);
    return id;
  };
  const reject = (id: string, minute: number, reason = 'not-verified') =>
    recordRejection(stage.store, { proposalId: id, at: 'verification', reason, now: at(minute) });

  /** The leader is asked, and objects with one file. */
  const objected = async (group: number) => {
    const id = await rejected(group);
    await stage.turn(id, 'objection', '', 0, undefined, at(71));
    stage.upload(id, 'objection', '', 'objection', 'balai desa.jpg', jpeg);
    const secret = stage.linksOf(id, await contactOf(id)).at(-1) ?? '';
    await stage.post(
      secret,
      { outcome: 'objected', reason: 'Alamat ada <b>di belakang</b> balai desa' },
      at(72),
    );
    const token = await stage.turn(id, 'appeal', '', 0, 'pa', at(73));
    return { id, token, secret: stage.linksOf(id, 'pram@dinas.example').at(-1) ?? '' };
  };
  const decide = (secret: string, outcome: string) =>
    stage.post(secret, { outcome, reason: 'Sudah saya periksa' }, at(74));

  return { leader, why, locksOf, contactOf, rejected, reject, objected, decide };
}
