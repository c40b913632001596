import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionsService } from '../../accounts/sessions.service.js';
import { RunSettings } from '../../config/settings.js';
import { guardPanel } from '../request-guard.js';
import { SessionCookie } from './session-cookie.js';

/** Sessions as a browser has them: by cookie. */
@Injectable()
export class BrowserSessions {
  private readonly cookie: SessionCookie;

  constructor(
    settings: RunSettings,
    private readonly sessions: SessionsService,
  ) {
    this.cookie = new SessionCookie(settings.publicUrl);
  }

  /** For routes that need a login. */
  guard(): ReturnType<typeof guardPanel> {
    return guardPanel(this.cookie, this.sessions);
  }

  /** Always a new token: one that was planted in the browser before gets nobody in. */
  async open(request: FastifyRequest, reply: FastifyReply, userId: string, next: string): Promise<FastifyReply> {
    await this.end(request);
    const token = await this.sessions.start(userId);
    return reply.header('set-cookie', this.cookie.set(token)).redirect(next, 303);
  }

  async close(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    await this.end(request);
    return reply.header('set-cookie', this.cookie.clear()).redirect('/admin/login', 303);
  }

  private async end(request: FastifyRequest): Promise<void> {
    const token = this.cookie.read(request.headers.cookie);
    if (token !== null) await this.sessions.end(token);
  }
}
